# Learning dynamics
#
# Each point is a checkpoint; its coordinates are its mean cross-entropies on texts of reference
# models: the sum of −log p over the tokens of all responses, given their prompts, at
# temperature 1, over the sum of their bytes (nats per byte of UTF-8, lower is nearer). An end
# token's cost counts, its bytes don't. Lines join the checkpoints of a run in the order of
# their steps; circle: its first, square: its last. Bottom right: the same in space, each axis
# over the range of its panels, with the paths' shadows on the floor; arrows point to higher
# cross-entropy. base: 512 texts of 128 prompts, 10,667 bytes, 95 % interval over prompts at
# most ±0.0712. sft: 512 texts of 128 prompts, 64,518 bytes, 95 % interval over prompts at most
# ±0.0259. rl: 512 texts of 128 prompts, 18,351 bytes, 95 % interval over prompts at most
# ±0.144. rl: steps 0 to 150, 6 points. sft: steps 0 to 188, 5 points.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot learning-dynamics.gp
# It reads learning-dynamics.tsv and writes learning-dynamics.svg and learning-dynamics.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,327 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_learning_dynamics' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,327./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'learning-dynamics.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07859
  set rmargin at screen 0.47727
  set bmargin at screen 0.55505
  set tmargin at screen 0.9419
  set border 15 linewidth 0.5
  set xrange [0.09667671569653444:2.046399434369518]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.5' 0.5, '1.0' 1, '1.5' 1.5, '2.0' 2)
  set yrange [-0.08443980036486214:2.9522866662665317]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.5' 0.5, '1.0' 1, '1.5' 1.5, '2.0' 2, '2.5' 2.5)
  set label 'base'."'".'s texts (nats/byte)' at screen 0.27793,0.49694 center noenhanced front
  set label 'sft'."'".'s texts (nats/byte)' at screen 0.0202,0.74847 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.27834,0.97401 to screen 0.3238,0.97401 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'rl' at screen 0.3339,0.97401 left font ',8' noenhanced front
  set arrow from screen 0.39675,0.97401 to screen 0.4422,0.97401 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'sft' at screen 0.4523,0.97401 left font ',8' noenhanced front
  set label '' at screen 0.53788,0.97401 point pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000'
  set label 'first' at screen 0.57071,0.97401 left font ',8' noenhanced front
  set label '' at screen 0.65628,0.97401 point pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000'
  set label 'last' at screen 0.68911,0.97401 left font ',8' noenhanced front
  plot 'learning-dynamics.tsv' index 0 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'learning-dynamics.tsv' index 1 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'learning-dynamics.tsv' index 2 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'learning-dynamics.tsv' index 3 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'learning-dynamics.tsv' index 4 using 1:2 with points pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'learning-dynamics.tsv' index 5 using 1:2 with points pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.57859
  set rmargin at screen 0.97727
  set bmargin at screen 0.55505
  set tmargin at screen 0.9419
  set border 15 linewidth 0.5
  set xrange [0.3210467871320825:1.692972527721942]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.5' 0.5, '1.0' 1, '1.5' 1.5)
  set yrange [-0.08443980036486214:2.9522866662665317]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.5' 0.5, '1.0' 1, '1.5' 1.5, '2.0' 2, '2.5' 2.5)
  set label 'rl'."'".'s texts (nats/byte)' at screen 0.77793,0.49694 center noenhanced front
  set label 'sft'."'".'s texts (nats/byte)' at screen 0.5202,0.74847 center rotate by 90 noenhanced front
  unset colorbox
  plot 'learning-dynamics.tsv' index 6 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'learning-dynamics.tsv' index 7 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'learning-dynamics.tsv' index 8 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'learning-dynamics.tsv' index 9 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'learning-dynamics.tsv' index 10 using 1:2 with points pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'learning-dynamics.tsv' index 11 using 1:2 with points pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07859
  set rmargin at screen 0.47727
  set bmargin at screen 0.07645
  set tmargin at screen 0.4633
  set border 15 linewidth 0.5
  set xrange [0.09667671569653444:2.046399434369518]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.5' 0.5, '1.0' 1, '1.5' 1.5, '2.0' 2)
  set yrange [0.3210467871320825:1.692972527721942]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.5' 0.5, '1.0' 1, '1.5' 1.5)
  set label 'base'."'".'s texts (nats/byte)' at screen 0.27793,0.01835 center noenhanced front
  set label 'rl'."'".'s texts (nats/byte)' at screen 0.0202,0.26988 center rotate by 90 noenhanced front
  unset colorbox
  plot 'learning-dynamics.tsv' index 12 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'learning-dynamics.tsv' index 13 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'learning-dynamics.tsv' index 14 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'learning-dynamics.tsv' index 15 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'learning-dynamics.tsv' index 16 using 1:2 with points pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'learning-dynamics.tsv' index 17 using 1:2 with points pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle

  # panel 4
  reset
  set datafile separator "\t"
  set lmargin at screen 0.57859
  set rmargin at screen 0.97727
  set bmargin at screen 0.07645
  set tmargin at screen 0.4633
  unset border
  set xrange [-1:1.125]
  unset xtics
  set yrange [-0.72:0.98]
  unset ytics
  unset colorbox
  plot 'learning-dynamics.tsv' index 18 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 19 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 20 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 21 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 22 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 23 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 24 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 25 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 26 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 27 using 1:2 with lines linewidth 0.6 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'learning-dynamics.tsv' index 28 using 1:2 with lines linewidth 0.6 linecolor rgb '#f6dda6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 29 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'learning-dynamics.tsv' index 30 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'learning-dynamics.tsv' index 31 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'learning-dynamics.tsv' index 32 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'learning-dynamics.tsv' index 33 using 1:2 with points pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'learning-dynamics.tsv' index 34 using 1:2 with points pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'learning-dynamics.tsv' index 35 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  unset multiplot
  set output
}

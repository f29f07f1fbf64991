# Failures provoked, and remedies tried
#
# The series of the training log that shows each failure, with remedies. Thick: mean over seeds
# at steps that all have; thin: each seed. Series of every step are means over 5 steps, held-out
# accuracy is as it was measured. Upright: the median step of the detector that fails the run
# earliest. srft-wrong-30, SRFT with 30 % of the demonstrations wrong and rewarded, 8 seeds:
# length explosion, step 33, 1/8; entropy collapse, step 132, 4/8, 1 of them fail; reward drop
# at the start (warns), step 4, 1/8; entropy explosion at the start (warns), step 8.5, 8/8;
# reward drop (warns), step 25.5, 6/8; dead groups (warns), step 36.5, 8/8, accuracy 40.6 %
# [25.0 %, 58.3 %]. Remedy: srft-wrong-30-verified, verified rewards: length explosion at the
# start, step 15, 1/8; reward drop at the start (warns), step 9, 2/8; entropy explosion at the
# start (warns), step 9, 7/8; entropy explosion (warns), step 19, 1/8; reward drop (warns), step
# 25, 5/8; dead groups (warns), step 36, 8/8; entropy collapse (warns), step 120, 5/8, accuracy
# 35.3 % [22.4 %, 50.8 %]. Accuracies are held-out, at the end, with 95 % intervals over seeds
# (t on the logit). x/n: in x of n seeds.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot signatures.gp
# It reads signatures.tsv and writes signatures.svg and signatures.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 234,185 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_signatures' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 234./72,185./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'signatures.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.13299
  set rmargin at screen 0.96154
  set bmargin at screen 0.13514
  set tmargin at screen 0.78378
  set border 15 linewidth 0.5
  set xrange [0:168.92000000000002]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '50' 50, '100' 100, '150' 150)
  set yrange [0:1.02]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label 'srft-wrong-30' at screen 0.54726,0.82162 center noenhanced front
  set label 'step' at screen 0.54726,0.03243 center noenhanced front
  set label 'reward' at screen 0.03419,0.45946 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.12762,0.95405 to screen 0.20455,0.95405 nohead linewidth 0.8 linecolor rgb '#808080' dashtype (1.2,1.6)
  set label 'first failure found' at screen 0.22164,0.95405 left font ',8' noenhanced front
  set arrow from screen 0.52564,0.95405 to screen 0.60256,0.95405 nohead linewidth 1.3 linecolor rgb '#d55e00' dashtype solid
  set label 'provoked' at screen 0.61966,0.95405 left font ',8' noenhanced front
  set arrow from screen 0.12762,0.89459 to screen 0.20455,0.89459 nohead linewidth 1.3 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'remedy tried' at screen 0.22164,0.89459 left font ',8' noenhanced front
  plot 'signatures.tsv' index 0 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 1 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 2 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 3 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 4 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 5 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 6 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 7 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 8 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 9 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 10 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 11 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 12 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 13 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 14 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 15 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 16 using 1:2 with lines linewidth 0.8 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'signatures.tsv' index 17 using 1:2 with lines linewidth 1.3 linecolor rgb '#d55e00' dashtype solid notitle, \
    'signatures.tsv' index 18 using 1:2 with lines linewidth 1.3 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'signatures.tsv' index 19 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'signatures.tsv' index 20 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle

  unset multiplot
  set output
}

# Forgetting of the earlier mixture
#
# What training made runs forget: base's mean log-probability of a token of the mixture that
# base was trained on, less the run's (nats; 0 is nothing forgotten), against mean KL(run ‖
# base) over the tokens of responses that the run sampled itself (left) or base did (middle).
# Marks: means over 8 seeds with 95 % intervals (Student's t over seeds), cut at the axes. Small
# pale marks are seeds. Small rings: means of variants, and of parts that other runs start from.
# Right: Spearman's rank correlation of forgetting with each quantity over 17 runs of one seed;
# dots are seeds, marks their mean with its 95 % interval (Student's t over seeds, on the logit
# of (ρ + 1)/2): KL(run ‖ base) on the run's own text +0.765 [+0.716, +0.806], the same on
# base's +0.876 [+0.851, +0.897], KL(base ‖ run) on base's (reverse) +0.983 [+0.980, +0.986],
# the weights' relative change ‖W − W₀‖/‖W₀‖ +0.812 [+0.788, +0.833], held-out accuracy +0.138
# [−0.00384, +0.274]. Base's own responses are like its mixture, so KL(base ‖ run) on them is
# nearly forgetting itself; runs of one seed share their base and some their parts, and methods
# were chosen, not drawn.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot forgetting.gp
# It reads forgetting.tsv and writes forgetting.svg and forgetting.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,218 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_forgetting' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,218./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'forgetting.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.0503
  set rmargin at screen 0.30262
  set bmargin at screen 0.11468
  set tmargin at screen 0.81651
  set border 15 linewidth 0.5
  set xrange [-0.3204683109223194:7.971507558210286]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '2' 2, '4' 4, '6' 6)
  set yrange [-0.21913689543345238:6.786895704047174]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4, '5' 5, '6' 6)
  set label 'on each run'."'".'s own text' at screen 0.17646,0.84862 center noenhanced front
  set label 'KL(run ‖ base) (nats per token)' at screen 0.17646,0.02752 center noenhanced front
  set label 'forgotten (nats per token)' at screen 0.01646,0.4656 center rotate by 90 noenhanced front
  unset colorbox
  set object rectangle from screen 0.14193,0.94725 to screen 0.17896,0.97477 fillcolor rgb '#e69f00' fillstyle transparent solid 1 noborder linewidth 1
  set label 'a teacher'."'".'s texts' at screen 0.18719,0.96101 left font ',8' noenhanced front
  set object rectangle from screen 0.38887,0.94725 to screen 0.42591,0.97477 fillcolor rgb '#0072b2' fillstyle transparent solid 1 noborder linewidth 1
  set label 'its own texts' at screen 0.43414,0.96101 left font ',8' noenhanced front
  set object rectangle from screen 0.63582,0.94725 to screen 0.67286,0.97477 fillcolor rgb '#cc79a7' fillstyle transparent solid 1 noborder linewidth 1
  set label 'a teacher'."'".'s, then its own' at screen 0.68109,0.96101 left font ',8' noenhanced front
  set object rectangle from screen 0.14193,0.89679 to screen 0.17896,0.92431 fillcolor rgb '#d55e00' fillstyle transparent solid 1 noborder linewidth 1
  set label 'its own, then a teacher'."'".'s' at screen 0.18719,0.91055 left font ',8' noenhanced front
  set object rectangle from screen 0.38887,0.89679 to screen 0.42591,0.92431 fillcolor rgb '#009e73' fillstyle transparent solid 1 noborder linewidth 1
  set label 'both at once' at screen 0.43414,0.91055 left font ',8' noenhanced front
  set label '' at screen 0.65434,0.91055 point pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000'
  set label 'base' at screen 0.68109,0.91055 left font ',8' noenhanced front
  plot 'forgetting.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#e69f00' notitle, \
    'forgetting.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#0072b2' notitle, \
    'forgetting.tsv' index 2 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#cc79a7' notitle, \
    'forgetting.tsv' index 3 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#d55e00' notitle, \
    'forgetting.tsv' index 4 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#009e73' notitle, \
    'forgetting.tsv' index 5 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'forgetting.tsv' index 6 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#4095c5' notitle, \
    'forgetting.tsv' index 7 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'forgetting.tsv' index 8 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'forgetting.tsv' index 9 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'forgetting.tsv' index 10 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'forgetting.tsv' index 11 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'forgetting.tsv' index 12 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'forgetting.tsv' index 13 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 14 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 15 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 16 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 17 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 18 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 19 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 20 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 21 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 22 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 23 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 24 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 25 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 26 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 27 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 28 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 29 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 30 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 31 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 32 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 33 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 34 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 35 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#4095c5' notitle, \
    'forgetting.tsv' index 36 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 37 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 38 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#4095c5' notitle, \
    'forgetting.tsv' index 39 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#4095c5' notitle, \
    'forgetting.tsv' index 40 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#4095c5' notitle, \
    'forgetting.tsv' index 41 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'forgetting.tsv' index 42 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 43 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'forgetting.tsv' index 44 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'forgetting.tsv' index 45 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'forgetting.tsv' index 46 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'forgetting.tsv' index 47 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'forgetting.tsv' index 48 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'forgetting.tsv' index 49 using 1:2 with points pointtype 13 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'forgetting.tsv' index 50 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e6bcd3' notitle, \
    'forgetting.tsv' index 51 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#e6bcd3' notitle, \
    'forgetting.tsv' index 52 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#e6bcd3' notitle, \
    'forgetting.tsv' index 53 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#eaaf80' notitle, \
    'forgetting.tsv' index 54 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#eaaf80' notitle, \
    'forgetting.tsv' index 55 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'forgetting.tsv' index 56 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'forgetting.tsv' index 57 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'forgetting.tsv' index 58 using 1:2 with points pointtype 13 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'forgetting.tsv' index 59 using 1:2 with points pointtype 6 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'forgetting.tsv' index 60 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'forgetting.tsv' index 61 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'forgetting.tsv' index 62 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'forgetting.tsv' index 63 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'forgetting.tsv' index 64 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'forgetting.tsv' index 65 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'forgetting.tsv' index 66 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 67 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 68 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 69 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 70 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 71 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 72 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 73 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 74 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'forgetting.tsv' index 75 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'forgetting.tsv' index 76 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'forgetting.tsv' index 77 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'forgetting.tsv' index 78 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'forgetting.tsv' index 79 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'forgetting.tsv' index 80 using 1:2 with lines linewidth 0.6 linecolor rgb '#d55e00' dashtype solid notitle, \
    'forgetting.tsv' index 81 using 1:2 with lines linewidth 0.6 linecolor rgb '#d55e00' dashtype solid notitle, \
    'forgetting.tsv' index 82 using 1:2 with lines linewidth 0.6 linecolor rgb '#d55e00' dashtype solid notitle, \
    'forgetting.tsv' index 83 using 1:2 with lines linewidth 0.6 linecolor rgb '#d55e00' dashtype solid notitle, \
    'forgetting.tsv' index 84 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 85 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 86 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 87 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 88 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 89 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 90 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 91 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 92 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 93 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 94 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 95 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 96 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 97 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 98 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 99 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 100 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 101 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 102 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 103 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 104 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 105 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 106 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'forgetting.tsv' index 107 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'forgetting.tsv' index 108 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'forgetting.tsv' index 109 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'forgetting.tsv' index 110 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'forgetting.tsv' index 111 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'forgetting.tsv' index 112 using 1:2 with points pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'forgetting.tsv' index 113 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'forgetting.tsv' index 114 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'forgetting.tsv' index 115 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'forgetting.tsv' index 116 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'forgetting.tsv' index 117 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'forgetting.tsv' index 118 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'forgetting.tsv' index 119 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'forgetting.tsv' index 120 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'forgetting.tsv' index 121 using 1:2 with points pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'forgetting.tsv' index 122 using 1:2 with points pointtype 6 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'forgetting.tsv' index 123 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.36229
  set rmargin at screen 0.6146
  set bmargin at screen 0.11468
  set tmargin at screen 0.81651
  set border 15 linewidth 0.5
  set xrange [-0.3116974148367171:8.128491411246506]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '2' 2, '4' 4, '6' 6, '8' 8)
  set yrange [-0.21913689543345238:6.786895704047174]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 0 0, '' 1 0, '' 2 0, '' 3 0, '' 4 0, '' 5 0, '' 6 0)
  set label 'on base'."'".'s text' at screen 0.48844,0.84862 center noenhanced front
  set label 'KL(run ‖ base) (nats per token)' at screen 0.48844,0.02752 center noenhanced front
  unset colorbox
  plot 'forgetting.tsv' index 124 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#e69f00' notitle, \
    'forgetting.tsv' index 125 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#0072b2' notitle, \
    'forgetting.tsv' index 126 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#cc79a7' notitle, \
    'forgetting.tsv' index 127 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#d55e00' notitle, \
    'forgetting.tsv' index 128 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#009e73' notitle, \
    'forgetting.tsv' index 129 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'forgetting.tsv' index 130 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#4095c5' notitle, \
    'forgetting.tsv' index 131 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'forgetting.tsv' index 132 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'forgetting.tsv' index 133 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'forgetting.tsv' index 134 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'forgetting.tsv' index 135 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'forgetting.tsv' index 136 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'forgetting.tsv' index 137 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 138 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 139 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 140 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 141 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 142 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 143 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 144 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 145 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 146 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 147 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 148 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 149 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 150 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 151 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 152 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 153 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 154 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 155 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 156 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 157 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 158 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 159 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#4095c5' notitle, \
    'forgetting.tsv' index 160 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 161 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 162 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#4095c5' notitle, \
    'forgetting.tsv' index 163 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#4095c5' notitle, \
    'forgetting.tsv' index 164 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#4095c5' notitle, \
    'forgetting.tsv' index 165 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'forgetting.tsv' index 166 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#40b696' notitle, \
    'forgetting.tsv' index 167 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'forgetting.tsv' index 168 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'forgetting.tsv' index 169 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'forgetting.tsv' index 170 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'forgetting.tsv' index 171 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'forgetting.tsv' index 172 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'forgetting.tsv' index 173 using 1:2 with points pointtype 13 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'forgetting.tsv' index 174 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e6bcd3' notitle, \
    'forgetting.tsv' index 175 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#e6bcd3' notitle, \
    'forgetting.tsv' index 176 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#e6bcd3' notitle, \
    'forgetting.tsv' index 177 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#eaaf80' notitle, \
    'forgetting.tsv' index 178 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#eaaf80' notitle, \
    'forgetting.tsv' index 179 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'forgetting.tsv' index 180 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'forgetting.tsv' index 181 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'forgetting.tsv' index 182 using 1:2 with points pointtype 13 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'forgetting.tsv' index 183 using 1:2 with points pointtype 6 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'forgetting.tsv' index 184 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'forgetting.tsv' index 185 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'forgetting.tsv' index 186 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'forgetting.tsv' index 187 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'forgetting.tsv' index 188 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'forgetting.tsv' index 189 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'forgetting.tsv' index 190 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 191 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 192 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 193 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 194 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 195 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 196 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 197 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'forgetting.tsv' index 198 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'forgetting.tsv' index 199 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'forgetting.tsv' index 200 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'forgetting.tsv' index 201 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'forgetting.tsv' index 202 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'forgetting.tsv' index 203 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'forgetting.tsv' index 204 using 1:2 with lines linewidth 0.6 linecolor rgb '#d55e00' dashtype solid notitle, \
    'forgetting.tsv' index 205 using 1:2 with lines linewidth 0.6 linecolor rgb '#d55e00' dashtype solid notitle, \
    'forgetting.tsv' index 206 using 1:2 with lines linewidth 0.6 linecolor rgb '#d55e00' dashtype solid notitle, \
    'forgetting.tsv' index 207 using 1:2 with lines linewidth 0.6 linecolor rgb '#d55e00' dashtype solid notitle, \
    'forgetting.tsv' index 208 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 209 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 210 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 211 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 212 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 213 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 214 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 215 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 216 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 217 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'forgetting.tsv' index 218 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 219 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 220 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 221 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 222 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 223 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 224 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 225 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 226 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 227 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 228 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 229 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 230 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 231 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'forgetting.tsv' index 232 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'forgetting.tsv' index 233 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'forgetting.tsv' index 234 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'forgetting.tsv' index 235 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'forgetting.tsv' index 236 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'forgetting.tsv' index 237 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'forgetting.tsv' index 238 using 1:2 with points pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'forgetting.tsv' index 239 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'forgetting.tsv' index 240 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'forgetting.tsv' index 241 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'forgetting.tsv' index 242 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'forgetting.tsv' index 243 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'forgetting.tsv' index 244 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'forgetting.tsv' index 245 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'forgetting.tsv' index 246 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'forgetting.tsv' index 247 using 1:2 with points pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'forgetting.tsv' index 248 using 1:2 with points pointtype 6 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'forgetting.tsv' index 249 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.72917
  set rmargin at screen 0.98148
  set bmargin at screen 0.11468
  set tmargin at screen 0.81651
  set border 15 linewidth 0.5
  set xrange [-1:1]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('−1.0' -1, '−0.5' -0.5, '0.0' 0, '0.5' 0.5, '1.0' 1)
  set yrange [-0.8:4.8]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('KL, own' 4, 'KL, base'."'".'s' 3, 'reverse KL' 2, 'weights' 1, 'accuracy' 0)
  set label 'by rank' at screen 0.85533,0.84862 center noenhanced front
  set label 'Spearman'."'".'s ρ with forgetting' at screen 0.85533,0.02752 center noenhanced front
  unset colorbox
  plot 'forgetting.tsv' index 250 using 1:2 with lines linewidth 0.7 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'forgetting.tsv' index 251 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#808080' notitle, \
    'forgetting.tsv' index 252 using 1:2 with lines linewidth 0.8 linecolor rgb '#000000' dashtype solid notitle, \
    'forgetting.tsv' index 253 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'forgetting.tsv' index 254 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#808080' notitle, \
    'forgetting.tsv' index 255 using 1:2 with lines linewidth 0.8 linecolor rgb '#000000' dashtype solid notitle, \
    'forgetting.tsv' index 256 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'forgetting.tsv' index 257 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#808080' notitle, \
    'forgetting.tsv' index 258 using 1:2 with lines linewidth 0.8 linecolor rgb '#000000' dashtype solid notitle, \
    'forgetting.tsv' index 259 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'forgetting.tsv' index 260 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#808080' notitle, \
    'forgetting.tsv' index 261 using 1:2 with lines linewidth 0.8 linecolor rgb '#000000' dashtype solid notitle, \
    'forgetting.tsv' index 262 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'forgetting.tsv' index 263 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#808080' notitle, \
    'forgetting.tsv' index 264 using 1:2 with lines linewidth 0.8 linecolor rgb '#000000' dashtype solid notitle, \
    'forgetting.tsv' index 265 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#000000' notitle

  unset multiplot
  set output
}
